/** Starts the page: settings first, so that the first thing drawn is in the reader's language and theme. */
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { settings } from "./lib/text.svelte.ts";

settings.start();

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");
mount(App, { target });
