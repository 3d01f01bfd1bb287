/** The hub cannot be reached or refused: one line that says what to do, exit status 3. */
export class HubUnreachable extends Error {}
