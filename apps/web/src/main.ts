/**
 * Starts the page: settings first, so that the first thing drawn is in the reader's language and theme. What somebody has typed
 * into the box of index.html meanwhile goes on in the page's own.
 */
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/head.css";
import "./styles/parts.css";
import "./styles/print.css";
import "./styles/tables.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { mountAt } from "./lib/base.ts";
import { router } from "./lib/router.svelte.ts";
import { settings } from "./lib/text.svelte.ts";

mountAt(import.meta.url);
router.read();
settings.start();

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");
const early = target.querySelector("input");
const typed = early === null ? "" : early.value;
const focused = early !== null && document.activeElement === early;
target.replaceChildren();
mount(App, { target, props: { typed, focused } });
