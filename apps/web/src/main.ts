/** Starts the page: settings first, so that the first thing drawn is in the reader's language and theme. */
import "./styles/tokens.css";
import "./styles/base.css";
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
mount(App, { target });
