/**
 * One spelling for Japanese: full-width letters and half-width kana, `サーバー` and `サーバ`, `出来ませんでした` and `できない`,
 * `しておりません` and `していません` are the same words. Phrases of rules stand in this spelling (a test holds them to it).
 * Compatibility forms of other scripts become plain too (Unicode Standard Annex 15, NFKC). Linear in the text.
 */

/** kana and the ideographs in use; also tells Japanese from other scripts */
const KANA_OR_KANJI = /[\u3040-\u30ff\u4e00-\u9fff]/;

type Same = readonly [spelling: string, written: string];

/** Longer ones first: the first that fits is taken. */
const SAME: readonly Same[] = [
	["ィ", "イ"],
	["ェ", "エ"],
	// the polite forms of "is not, does not, did"
	["ございません", "ありません"],
	["御座いません", "ありません"],
	["おりません", "いません"],
	["居りません", "いません"],
	["いたしません", "しません"],
	["致しません", "しません"],
	["いたしました", "しました"],
	["致しました", "しました"],
	["いたします", "します"],
	["致します", "します"],
	["いたしかね", "しかね"],
	["致しかね", "しかね"],
	["ございます", "あります"],
	["おります", "います"],
	// all ways to say that something could not be done
	["することができませんでした", "できません"],
	["することはできません", "できません"],
	["することができません", "できません"],
	["することができない", "できません"],
	["できませんでした", "できません"],
	["出来ませんでした", "できません"],
	["できなかった", "できません"],
	["出来なかった", "できません"],
	["できない", "できません"],
	["出来ない", "できません"],
	["出来ません", "できません"],
	["できず", "できません"],
	["出来ず", "できません"],
	["いただけません", "できません"],
	["頂けません", "できません"],
	["出来", "でき"],
	["されませんでした", "されません"],
	["されなかった", "されません"],
	["されない", "されません"],
	["存在せず", "存在しません"],
	["おらず", "いません"],
	["されず", "されません"],
	["られず", "られません"],
	["がいない", "がいません"],
	["しなかった", "しません"],
	["しませんでした", "しません"],
	["しない", "しません"],
	["れませんでした", "れません"],
	["れなかった", "れません"],
	["えませんでした", "えません"],
	["えなかった", "えません"],
	["られない", "られません"],
	["送れない", "送れません"],
	["取れない", "取れません"],
	["見つからない", "見つかりません"],
	["見付からない", "見つかりません"],
	["見付かりません", "見つかりません"],
	["見当たらない", "見当たりません"],
	["ていない", "ていません"],
	["でいない", "でいません"],
	["足りない", "足りません"],
	// kanji and kana
	["下さい", "ください"],
	["致し", "いたし"],
	["為、", "ため、"],
	["る為", "るため"],
	["た為", "たため"],
	["い為", "いため"],
	["の為", "のため"],
	["無い", "ない"],
	["無し", "なし"],
	["有り", "あり"],
	["あて先", "宛先"],
	["宛て先", "宛先"],
	["送り先", "送信先"],
	["届かない", "届きません"],
	["届かなかった", "届きません"],
	["恐れ", "おそれ"],
	["取り止め", "取りやめ"],
	["込み合", "混み合"],
	["込合", "混み合"],
];

const LONG_VOWEL = "ー".charCodeAt(0);
const SMALL_I = "ィ".charCodeAt(0);
const SMALL_E = "ェ".charCodeAt(0);
const DO = "致".charCodeAt(0);
const SPACE = 0x20;

const NO_VOWEL: Same = ["ー", ""];

/** first character → the spellings that begin with it */
const SPELLINGS = new Map<number, Same[]>();
/** 1 for characters that may be written otherwise: all others cost one look */
const VARIES = new Uint8Array(0x10000);
VARIES[LONG_VOWEL] = 1;
for (const same of SAME) {
	const first = same[0].charCodeAt(0);
	SPELLINGS.set(first, [...(SPELLINGS.get(first) ?? []), same]);
	VARIES[first] = 1;
}

/** For texts that go beyond ASCII; small letters come out. */
export function foldJapanese(text: string): string {
	const low = text.normalize("NFKC").toLowerCase();
	if (!KANA_OR_KANJI.test(low)) return low;
	let folded = "";
	let behind = 0;
	for (let at = 0; at < low.length; at++) {
		const code = low.charCodeAt(at);
		if (VARIES[code] === 0) continue;
		const same = sameAt(low, at, code);
		if (same === undefined) continue;
		folded += low.slice(behind, at) + same[1];
		behind = at + same[0].length;
		at = behind - 1;
	}
	return behind === 0 ? low : folded + low.slice(behind);
}

/** The spelling that stands here, and how it is written. */
function sameAt(low: string, at: number, code: number): Same | undefined {
	if (code === LONG_VOWEL) return isWithinWord(low, at) ? undefined : NO_VOWEL;
	for (const same of SPELLINGS.get(code) ?? [])
		if (low.startsWith(same[0], at) && stands(low, at, code)) return same;
	return undefined;
}

/** `ウィ` and `ウェ` alone are also written large; `一致します`, `合致します` are words of their own. */
function stands(low: string, at: number, code: number): boolean {
	if (code === SMALL_I || code === SMALL_E) return low[at - 1] === "ウ";
	return code !== DO || (low[at - 1] !== "一" && low[at - 1] !== "合");
}

/** A long vowel's mark counts but at the end of a word; a space behind it may be where a line ended. */
function isWithinWord(low: string, at: number): boolean {
	const next = low.charCodeAt(low.charCodeAt(at + 1) === SPACE ? at + 2 : at + 1);
	return (next >= 0x30a1 && next <= 0x30fa) || next === LONG_VOWEL;
}
