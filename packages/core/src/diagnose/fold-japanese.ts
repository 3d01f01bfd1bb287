/**
 * One spelling for Japanese: full-width letters and half-width kana, `サーバー` and `サーバ`, `出来ませんでした` and `できない`,
 * `しておりません` and `していません` are the same words. Phrases of rules stand in this spelling (a test holds them to it).
 * Compatibility forms of other scripts become plain too (Unicode Standard Annex 15, NFKC). Linear in the text.
 */

/** kana and the ideographs in use; also tells Japanese from other scripts */
const KANA_OR_KANJI = /[\u3040-\u30ff\u4e00-\u9fff]/;

/** Longer ones first: the first that fits is taken. */
const SAME: readonly (readonly [spelling: string, written: string])[] = [
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

const WRITTEN = new Map(SAME);
/** a long vowel's mark at the end of a word, `ウィ` and `ウェ`, and the spellings above */
const VARIANT = new RegExp(
	`ー(?! ?[ァ-ヺー])|(?<=ウ)[ィェ]|${SAME.map(([spelling]) => (spelling.startsWith("致") ? `(?<![一合])${spelling}` : spelling)).join("|")}`,
	"g",
);
const LARGE = new Map([
	["ィ", "イ"],
	["ェ", "エ"],
]);

/** For texts that go beyond ASCII; small letters come out. */
export function foldJapanese(text: string): string {
	const low = text.normalize("NFKC").toLowerCase();
	if (!KANA_OR_KANJI.test(low)) return low;
	return low.replace(VARIANT, (found) => WRITTEN.get(found) ?? LARGE.get(found) ?? "");
}
