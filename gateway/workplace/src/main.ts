// Where the page begins: its looks and language, the frame, then the sign-in.

import "./styles/style.css";
import "./styles/queues.css";
import "./styles/templates.css";
import "./styles/campaigns.css";
import "./styles/frame.css";
import "./styles/settings.css";
import { h, render } from "preact";
import { writePageWords } from "./core/page_words.ts";
import { startLanguage } from "./core/words.ts";
import { followLinks } from "./frame/address.ts";
import { FirstRun } from "./first_run/first_run.tsx";
import { Outlet, Rail } from "./frame/frame.tsx";
import { startTheme } from "./frame/theme.ts";
import { ClosingBox } from "./inbox/closing.tsx";
import { Others } from "./inbox/composer_parts/others.tsx";
import { Replies } from "./inbox/composer_parts/replies.tsx";
import { Tools } from "./inbox/composer_parts/tools.tsx";
import { ListPane } from "./inbox/list/list.tsx";
import { Side } from "./inbox/side/side.tsx";
import { startSignIn } from "./sign_in/sign_in.js";

startTheme();
await startLanguage();
writePageWords();
followLinks();
render(h(Rail, {}), document.getElementById("rail")!);
render(h(ListPane, {}), document.getElementById("list-pane")!);
render(h(Side, {}), document.getElementById("details-pane")!);
render(h(ClosingBox, {}), document.getElementById("boxes")!);
render(h(Others, {}), document.getElementById("composer-others")!);
render(h(Replies, {}), document.getElementById("composer-replies")!);
render(h(Tools, {}), document.getElementById("composer-tools")!);
render(h(FirstRun, {}), document.getElementById("first-run")!);
render(h(Outlet, {}), document.getElementById("screen")!);
await startSignIn();
