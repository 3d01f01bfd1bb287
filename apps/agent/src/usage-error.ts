/** Bad use or unreadable input: one clear line that says what to do, exit status 2. */
export class UsageError extends Error {}
