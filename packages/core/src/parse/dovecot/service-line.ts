/** One line of a Dovecot service, its prefix taken apart: `lmtp(anna)<170><EIJMF/VUAmuq>: words`. */
export interface ServiceLine {
	service: string;
	user?: string;
	session?: string;
	text: string;
}
