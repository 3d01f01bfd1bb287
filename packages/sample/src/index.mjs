/** The recorded sample: its hosts, and their logs with today's times. Plain JavaScript: `npm start` reads it before anything is set up. */
export { readRecording } from "./recording.mjs";
export { sampleLog, writeShiftedOnce } from "./shift.mjs";
