/* Custom properties of the host element theme it: --webchat-color and its kin reach through the shadow root. */
import { element } from "./dom.js";

const STYLE = `
:host{all:initial;--c:var(--webchat-color,var(--own,#1f5fbf));--on:var(--webchat-on-color,var(--on-own,#fff));--bg:var(--webchat-background,#fff);
--fg:var(--webchat-text,#1c1f24);--soft:var(--webchat-soft,#eef1f5);--dim:var(--webchat-dim,#5a6472);
--edge:var(--webchat-edge,#d5dae1);--bad:#b3261e;--r:var(--webchat-radius,14px);
font:15px/1.45 var(--webchat-font,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif);color:var(--fg)}
:host([data-theme=dark]){--bg:var(--webchat-background,#1d2127);--fg:var(--webchat-text,#eceff3);
--soft:var(--webchat-soft,#2b3139);--dim:var(--webchat-dim,#a9b3c0);--edge:var(--webchat-edge,#3b434e);--bad:#ff8a80}
@media (prefers-color-scheme:dark){:host([data-theme=auto]){--bg:var(--webchat-background,#1d2127);
--fg:var(--webchat-text,#eceff3);--soft:var(--webchat-soft,#2b3139);--dim:var(--webchat-dim,#a9b3c0);
--edge:var(--webchat-edge,#3b434e);--bad:#ff8a80}}
*{box-sizing:border-box}
button,textarea{font:inherit;color:inherit}
button{cursor:pointer;border:0;background:none;padding:0}
button:focus-visible,a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{
outline:3px solid var(--fg);outline-offset:2px;box-shadow:0 0 0 2px var(--bg)}
[hidden]{display:none!important}
#launcher,#panel,#invite{position:fixed;z-index:2147483000;right:20px}
:host([data-side=left]) #launcher,:host([data-side=left]) #panel,:host([data-side=left]) #invite{right:auto;left:20px}
#invite{bottom:90px;max-width:min(300px,calc(100vw - 40px));display:flex;align-items:flex-start;background:var(--bg);border:1px solid var(--edge);border-radius:var(--r);box-shadow:0 4px 16px #0004}
#invited{padding:11px 0 11px 14px;min-height:44px;text-align:start;overflow-wrap:anywhere;white-space:pre-wrap}
#launcher{bottom:20px;width:58px;height:58px;border-radius:50%;background:var(--c);color:var(--on);
display:grid;place-items:center;box-shadow:0 4px 16px #0005}
#badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;
background:#b3261e;color:#fff;font-size:13px;line-height:22px;font-weight:600;text-align:center}
#panel{bottom:90px;width:370px;height:min(620px,calc(100vh - 110px));display:flex;flex-direction:column;
background:var(--bg);border:1px solid var(--edge);border-radius:var(--r);box-shadow:0 10px 40px #0004;overflow:hidden;
animation:rise .18s ease-out}
@keyframes rise{from{opacity:0;transform:translateY(12px)}}
header{display:flex;align-items:center;gap:8px;padding:10px 8px 10px 16px;background:var(--c);color:var(--on)}
#logo{width:32px;height:32px;object-fit:contain;border-radius:8px;flex:none}
.heading{flex:1;min-width:0}
#people,#usual{margin:0;font-size:13px;line-height:1.3;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header h2{margin:0;font-size:17px;line-height:1.3;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.icon{width:44px;height:44px;display:grid;place-items:center;border-radius:10px;flex:none}
header .icon:focus-visible{outline-color:var(--on);box-shadow:none}
#notice{padding:8px 16px;background:var(--soft);color:var(--fg);font-size:14px;border-bottom:1px solid var(--edge)}
#log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:12px 14px;display:flex;flex-direction:column;gap:8px}
#earlier{align-self:center;padding:6px 14px;min-height:34px;border:1px solid var(--edge);border-radius:17px;font-size:14px}
.line{max-width:86%;display:flex;flex-direction:column;gap:2px;align-self:flex-start;align-items:flex-start}
.line.visitor{align-self:flex-end;align-items:flex-end}
.said{padding:8px 12px;border-radius:var(--r);background:var(--soft);overflow-wrap:anywhere;white-space:pre-wrap;min-width:0}
.visitor .said{background:var(--c);color:var(--on)}
.said a{color:inherit}
.said img,.said video{display:block;max-width:100%;max-height:240px;border-radius:8px}
.said audio{max-width:260px}
.gone{font-style:italic;opacity:.85}
.who,.small{font-size:12.5px;color:var(--dim)}
.small.bad{color:var(--bad)}
.small button{text-decoration:underline;min-height:24px;margin-inline-start:6px}
.quote{border-inline-start:3px solid;padding-inline-start:8px;margin-bottom:4px;font-size:13.5px;opacity:.85;
display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
.choices{display:flex;flex-direction:column;gap:6px;margin-top:6px;align-items:stretch;width:100%}
.choices button{padding:9px 12px;min-height:44px;border:1.5px solid var(--dim);border-radius:10px;background:var(--bg);color:var(--fg);text-align:start}
.choices button[aria-pressed]{border-color:var(--c);box-shadow:inset 0 0 0 1px var(--c)}
.choices button:disabled{opacity:.55;cursor:default;border-color:var(--edge)}
.choices small{display:block;color:var(--dim)}
.choices h3{margin:6px 0 0;font-size:13px;color:var(--dim)}
[data-note=greeting]{align-self:flex-start;max-width:86%;padding:8px 12px;border-radius:var(--r);background:var(--soft);color:var(--fg);font-size:15px;white-space:pre-wrap;overflow-wrap:anywhere}
#state{padding:0 16px 6px;font-size:13px;color:var(--dim);min-height:24px}
#answering{display:flex;gap:8px;align-items:center;padding:6px 14px;border-top:1px solid var(--edge);font-size:13px}
#answering span{flex:1;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
#composer{display:flex;align-items:flex-end;gap:4px;padding:8px;border-top:1px solid var(--edge)}
textarea{flex:1;min-width:0;resize:none;min-height:44px;max-height:140px;overflow-y:hidden;padding:10px 12px;border:1px solid var(--dim);border-radius:10px;background:var(--bg)}
textarea:focus{outline:none;border-color:var(--fg)}
:host([data-keys]) textarea:focus{outline:3px solid var(--fg);outline-offset:2px;box-shadow:0 0 0 2px var(--bg)}
textarea::placeholder{color:var(--dim);opacity:1}
#form{padding:10px 16px 14px;border-top:1px solid var(--edge);overflow-y:auto;flex:0 1 auto;max-height:75%}
.row{display:flex;flex-direction:column;gap:3px;margin-bottom:9px}
.row.check{flex-direction:row-reverse;justify-content:flex-end;align-items:center;gap:8px}
.row label{font-size:14px}
.row input,.row select{font:inherit;color:inherit;min-height:44px;padding:8px 10px;border:1px solid var(--dim);border-radius:10px;background:var(--bg)}
.row input[type=checkbox]{min-height:0;width:22px;height:22px;accent-color:var(--c)}
.row input:focus-visible,.row select:focus-visible{outline:3px solid var(--fg);outline-offset:1px}
#form-fault{margin:0 0 8px}
#form-fault:empty{display:none}
#begin{width:100%;min-height:44px;border-radius:10px;background:var(--c);color:var(--on);font-weight:600}
#emojis{display:grid;grid-template-columns:repeat(8,1fr);max-height:180px;overflow-y:auto;padding:6px 8px;border-top:1px solid var(--edge)}
#emojis button{min-height:44px;border-radius:10px;font-size:22px}
#send{background:var(--c);color:var(--on)}
.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:480px),(max-height:420px){#panel{inset:0;width:auto;height:auto;border:0;border-radius:0}
:host([data-side=left]) #panel{left:0}:host([data-open]) #launcher{display:none}
textarea,.row input,.row select{font-size:16px}}
@media (prefers-reduced-motion:reduce){#panel{animation:none}}
@media (forced-colors:active){#launcher,.said,.choices button{border:1px solid}}
@media print{:host{display:none}}
`;

export function dress(root, nonce) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = element("style", { nonce });
    style.textContent = STYLE;
    root.append(style);
  }
}
