/** Alerts: rules, what stood and stands, silences, channels, and what was measured of things that only the present knows. */
import type { AlertKind, AlertRuleDraft, ChannelDraft } from "@mailtrail/core/wire";

export interface RuleRecord extends AlertRuleDraft {
	id: string;
	createdAt: number;
}

export interface AlertRecord {
	id: string;
	rule: string;
	/** as it was when it fired */
	ruleName: string;
	kind: AlertKind;
	subject: string;
	hosts: string[];
	since: number;
	clearedAt?: number;
	value: number;
	peak: number;
	threshold: number;
	/** when its channels last heard of it */
	toldAt?: number;
}

export interface SilenceRecord {
	id: string;
	rule?: string;
	subject?: string;
	until: number;
	by: string;
	why?: string;
}

export type ChannelRecord = ChannelDraft & {
	id: string;
	/** signs what a webhook gets; must be readable, so it stands as it is */
	secret?: string;
	lastResult?: string;
	lastAt?: number;
};

/** One value of one subject, at a moment. */
export interface SampleRecord {
	kind: AlertKind;
	subject: string;
	at: number;
	value: number;
}

export interface AlertStore {
	rules(): Promise<RuleRecord[]>;
	putRule(rule: RuleRecord): Promise<void>;
	/** its alerts stay in the history, cleared */
	dropRule(id: string, at: number): Promise<void>;
	/** newest first; `before` is exclusive */
	alerts(page: { firing: boolean; limit: number; before?: number | undefined }): Promise<AlertRecord[]>;
	putAlert(alert: AlertRecord): Promise<void>;
	silences(now: number): Promise<SilenceRecord[]>;
	addSilence(silence: SilenceRecord): Promise<void>;
	dropSilence(id: string): Promise<boolean>;
	channels(): Promise<ChannelRecord[]>;
	putChannel(channel: ChannelRecord): Promise<void>;
	dropChannel(id: string): Promise<boolean>;
	addSamples(samples: SampleRecord[]): Promise<void>;
	/** oldest first */
	samples(kind: AlertKind, since: number): Promise<SampleRecord[]>;
	/** forgets samples and cleared alerts of before */
	sweep(samplesBefore: number, alertsBefore: number): Promise<void>;
}
