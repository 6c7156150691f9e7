import { palette } from './palette.ts'

/** The look of the page: light and dark as the system says, one column when narrow. */
export const style = /* css */ `${palette}* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
body { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1 { font-size: 1.9rem; line-height: 1.15; margin: 0 0 .35rem; letter-spacing: -.02em; text-wrap: balance; }
h2 { font: 600 .95rem/1.4 var(--code); color: var(--quiet); margin: 2.25rem 0 .6rem; }
p { margin: 0 0 .75rem; }
a { color: var(--thread); text-underline-offset: .2em; margin-left: .5rem; }
code, pre { font-family: var(--code); font-size: .875rem; }
.quiet { color: var(--quiet); }
.quiet a:first-of-type { margin-left: .75rem; }
.tools { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-top: 1.5rem; }
:focus-visible { outline: 2px solid var(--thread); outline-offset: 2px; border-radius: 4px; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-bottom: .5rem; }
.card[hidden], section[hidden] { display: none; }
.card > summary { display: grid; grid-template-columns: minmax(11rem, auto) 1fr auto; gap: .25rem 1rem; align-items: baseline; padding: .7rem 1rem; cursor: pointer; list-style: none; border-radius: 10px; }
.card > summary::-webkit-details-marker { display: none; }
.card > summary:hover { background: var(--sunk); }
.card[open] > summary { border-bottom: 1px solid var(--line); border-radius: 10px 10px 0 0; }
.name { font-weight: 600; font-size: .95rem; overflow-wrap: anywhere; }
.name::before { content: '›'; display: inline-block; width: 1.1em; color: var(--thread); transition: rotate .12s; transform-origin: 35% 55%; }
[open] > summary .name::before { rotate: 90deg; }
.summary { color: var(--quiet); }
.badges { display: flex; flex-wrap: wrap; gap: .35rem; justify-content: flex-end; }
.badge { font: 500 .75rem/1.5 var(--code); padding: 0 .5em; border: 1px solid var(--line); border-radius: 99px; color: var(--quiet); white-space: nowrap; }
.badge.query { color: var(--good); border-color: currentColor; }
.badge.command { color: var(--thread); border-color: currentColor; }
.badge.destructive, .badge.deprecated, .badge.access.closed { color: var(--bad); border-color: currentColor; }

.body { padding: 1rem; display: grid; gap: 1rem; }
.description { max-width: 46rem; white-space: pre-line; margin: 0; }
form { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: .85rem 1rem; align-items: start; }
form > p { margin: 0; grid-column: 1 / -1; }
fieldset { grid-column: 1 / -1; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: .85rem 1rem; margin: 0; padding: .6rem .85rem .85rem; border: 1px solid var(--line); border-radius: 8px; }
legend { font: 500 .85rem var(--code); color: var(--quiet); padding: 0 .35rem; }
.field { min-width: 0; }
.field .quiet { font-size: .8rem; margin: .2rem 0 0; }
label { display: block; font-weight: 550; font-size: .9rem; margin-bottom: .25rem; overflow-wrap: anywhere; }
.type { font: 400 .78rem var(--code); color: var(--quiet); margin-left: .3rem; }
.needed { color: var(--thread); margin-left: .1rem; }
input, select, textarea { width: 100%; font: inherit; font-size: .95rem; color: inherit; background: var(--paper); border: 1px solid light-dark(#948e83, #6a6e78); border-radius: 6px; padding: .4rem .6rem; }
textarea { font-family: var(--code); font-size: .85rem; resize: vertical; display: block; }
::placeholder { color: var(--quiet); opacity: 1; }
[aria-invalid=true] { border-color: var(--bad); box-shadow: 0 0 0 1px var(--bad); }
.error { color: var(--bad); font-size: .85rem; margin: .25rem 0 0; }
.error:empty { display: none; }
.answers { margin: 0; font-size: .9rem; }
.actions { grid-column: 1 / -1; display: flex; gap: .6rem; }
button { font: 600 .95rem/1.4 system-ui, sans-serif; color: var(--thread-ink); background: var(--thread); border: 1px solid var(--thread); border-radius: 6px; padding: .4rem 1.1rem; cursor: pointer; }
button:hover { filter: brightness(1.08); }
button:disabled { opacity: .55; cursor: progress; }
button.plain { color: var(--ink); background: none; border-color: var(--line); font-weight: 500; font-size: .8rem; padding: .2rem .6rem; }

.lines { display: grid; grid-template-columns: auto 1fr; gap: .4rem .85rem; margin: 0; align-items: start; }
.lines dt { font: 500 .8rem/2.4 var(--code); color: var(--quiet); }
.lines dd { margin: 0; min-width: 0; display: flex; gap: .5rem; align-items: start; background: var(--sunk); border-radius: 6px; padding: .35rem .35rem .35rem .7rem; }
.lines pre { margin: 0; flex: 1; min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.65; }
.outcome { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.outcome[hidden] { display: none; }
.verdict { margin: 0; padding: .45rem .8rem; font-weight: 600; font-size: .9rem; border-bottom: 1px solid var(--line); }
.verdict::before { content: '● '; }
.outcome.good .verdict { color: var(--good); }
.outcome.bad .verdict { color: var(--bad); }
.outcome.busy .verdict { color: var(--quiet); }
.outcome pre { margin: 0; padding: .7rem .8rem; max-height: 28rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }

@media (max-width: 44rem) {
  body { padding-top: 1.5rem; }
  .tools { grid-template-columns: 1fr; gap: .7rem; }
  .card > summary { grid-template-columns: 1fr; }
  .summary, .badges { padding-left: 1.1rem; justify-content: start; }
  .summary:empty { display: none; }
  .lines { grid-template-columns: 1fr; gap: .1rem; }
  .lines dt { line-height: 1.8; }
}
@media (prefers-reduced-motion: reduce) { .name::before { transition: none; } }
`
