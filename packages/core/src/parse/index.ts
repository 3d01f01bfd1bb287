export { parseLine, parseMessage, createLineParser } from "./parse-line.ts";
export type { LineParser, ParseOptions } from "./parse-line.ts";
export type { MessageParser, ProgramTag } from "./parsed.ts";
export { rejoin, rejoinBroken } from "./rejoin.ts";
