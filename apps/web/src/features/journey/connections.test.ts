import type { LineAnswer } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { connections, readFacts } from "./connections.ts";
import { madeUpJourney, madeUpRecipient, madeUpStop } from "./made-up-journey.ts";

const EXIM =
	"2026-11-22 05:25:03 1xV04V-00002x-0o <= bob@corp.example H=edge.corp.example [127.0.1.3] P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 S=1337 id=a@b.example";

test("each hand-over is a connection; the lines tell its protocol, a likely join is told as one", async () => {
	const edge = madeUpStop("edge", "6AM5", "2026-11-22T05:25:02+00:00", "sendmail");
	const db = {
		...madeUpStop("db", "1xV04V-00002x-0o", "2026-11-22T05:25:03+00:00", "exim"),
		lines: ["db:main:0"],
		link: { via: "message-id" as const, confidence: "likely" as const, evidence: ["db:main:0"] },
	};
	const recipient = madeUpRecipient("u3@b.example", "delivered", [edge, db], {
		attempts: [
			{
				at: "2026-11-22T05:25:03+00:00",
				host: "edge",
				queueId: "6AM5",
				relay: { name: "mx.b.example", ip: "127.0.1.12", port: 25 },
			},
		],
	});
	const journey = {
		...madeUpJourney([recipient]),
		client: { name: "app02", ip: "127.2.2.2" },
		sasl: { username: "bob" },
	};
	const lines: LineAnswer[] = [{ ref: "db:main:0", host: "db", source: "main", offset: 0, raw: EXIM }];
	const [client, handed] = connections(journey, recipient, await readFacts(journey, lines));
	expect(client).toMatchObject({ from: "app02", to: "edge", user: "bob", peer: "127.2.2.2" });
	expect(handed).toMatchObject({
		from: "edge",
		to: "mx.b.example",
		peer: "127.0.1.12:25",
		protocol: "esmtps",
		likely: true,
	});
});
