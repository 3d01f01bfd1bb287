/** Which slot of a table of marks a word of four bytes has, alone or with three bytes more. */

/** Makes capitals small in all four bytes; what else it changes is told apart by who compares whole texts. */
export const FOLD = 0x20202020;
export const MIX = 0x9e3779b1 | 0;
export const MIX_NEXT = 0x85ebca6b | 0;
/** three bytes */
export const REST = 0x00ffffff;
/** 2¹⁸ slots for words: as much as stays near the processor beside a block */
export const WORD_BITS = 18;
/** those with three bytes more are entered when they are many: in fewer slots every tenth place of a block would lead astray */
export const MIXED_BITS = 20;

/** Stands for a word and three bytes of the next one, both folded. Two of them may share it. */
export function mixed(word: number, next: number): number {
	return word ^ Math.imul(next & REST, MIX_NEXT);
}

export function slotOf(word: number, bits: number): number {
	return Math.imul(word, MIX) >>> (32 - bits);
}
