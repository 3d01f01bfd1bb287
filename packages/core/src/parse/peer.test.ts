import { expect, it } from "vitest";
import { readPeer } from "./peer.ts";

it.each([
	["relay1.corp.example [127.0.1.2]", { name: "relay1.corp.example", ip: "127.0.1.2" }],
	["mx.b.example. [IPv6:2001:DB8:0:0::1]", { name: "mx.b.example", ip: "2001:db8::1" }],
	["[192.0.2.1]", { ip: "192.0.2.1" }],
	["[127.0.0.1] [127.0.0.1]", { ip: "127.0.0.1" }],
	["IDENT:bob@h.example [192.0.2.1] (may be forged)", { name: "h.example", ip: "192.0.2.1" }],
	["root@localhost", { name: "localhost" }],
	["mx.dead.example.", { name: "mx.dead.example" }],
	["h.example [192.0.xxx.yyy]", { name: "h.example" }],
	["[192.0.xxx.yyy]", undefined],
	["", undefined],
])("reads %j", (text, peer) => {
	expect(readPeer(text)).toEqual(peer);
});
