/** Which of the two sheets over the page is open. One at a time; whoever opens one closes the other. */
export type Overlay = "palette" | "keys";

class Overlays {
	open = $state<Overlay | undefined>();

	toggle(overlay: Overlay): void {
		this.open = this.open === overlay ? undefined : overlay;
	}
	close(): void {
		this.open = undefined;
	}
}

export const overlays = new Overlays();
