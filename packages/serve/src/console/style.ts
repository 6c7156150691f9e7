/** What the console adds to the look of the page `/`: places side by side, tables, the timeline of a run. */
export const consoleStyle = /* css */ `
body.console { max-width: 78rem; padding: 1.25rem 1.25rem 4rem; }
.console h1 { font-size: 1.35rem; margin: 0; overflow-wrap: anywhere; }
.console h2 { font: 600 1.1rem/1.3 system-ui, sans-serif; color: inherit; margin: 0 0 .6rem; overflow-wrap: anywhere; }
.console h2 code { font-size: 1rem; }
.console h2.place { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.console h3 { font-size: .95rem; margin: 1.5rem 0 .5rem; }
.console a { margin-left: 0; }
.console header { border-bottom: 1px solid var(--line); margin-bottom: 1.25rem; }
.top { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; padding-bottom: .75rem; }
.top .who { margin-left: auto; }
.link { font: 500 .8rem/1.6 system-ui, sans-serif; color: var(--quiet); }
.link::before { content: '●'; margin-right: .4em; }
.link.open::before { color: var(--good); }
.link.gone, .link.refused { color: var(--bad); font-weight: 600; }
nav { display: flex; gap: .25rem; overflow-x: auto; }
nav a { padding: .45rem .8rem; color: var(--quiet); text-decoration: none; white-space: nowrap; border-bottom: 2px solid transparent; }
nav a:hover { color: var(--ink); }
nav a[aria-current] { color: var(--ink); border-color: var(--thread); }
nav a:focus-visible { outline-offset: -3px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .4rem .8rem; z-index: 1; }
main:focus { outline: none; }
body[data-link=gone] main, body[data-link=refused] main { opacity: .6; }
.note { margin: .5rem 0; }
.hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.problem { color: var(--bad); border: 1px solid currentColor; border-radius: 8px; padding: .5rem .8rem; margin: .5rem 0; overflow-wrap: anywhere; }
.problem p { margin: 0; }
.json { background: var(--sunk); border-radius: 6px; padding: .6rem .8rem; margin: .3rem 0; max-height: 28rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.code { font-family: var(--code); font-size: .85rem; }
.badge.state { color: var(--quiet); border-color: currentColor; }
.badge.good, .badge.succeeded { color: var(--good); border-color: currentColor; }
.badge.bad, .badge.failed, .badge.parked, .badge.blocked { color: var(--bad); border-color: currentColor; }
.badge.running, .badge.waiting, .badge.ready { color: var(--thread); border-color: currentColor; }
.console .badges { justify-content: start; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
.actions:empty { display: none; }
button.plain:hover:not(:disabled) { background: var(--sunk); }
.console button:disabled { cursor: default; }

.split { display: grid; grid-template-columns: minmax(16rem, 22rem) 1fr; gap: 1.75rem; align-items: start; }
.side { position: sticky; top: .75rem; max-height: calc(100dvh - 1.5rem); display: flex; flex-direction: column; min-width: 0; }
.check { display: flex; align-items: center; gap: .45rem; font-weight: 400; font-size: .85rem; margin: .5rem 0 0; }
.check input { width: auto; }
.count { font-size: .8rem; margin: .35rem 0; }
.list { list-style: none; margin: 0; padding: 2px; overflow-y: auto; min-height: 0; }
.list a { display: block; padding: .4rem .6rem; border-radius: 6px; text-decoration: none; color: inherit; }
.list a:hover { background: var(--sunk); }
.list a[aria-current] { background: var(--card); box-shadow: inset 3px 0 var(--thread); }
.list a > .quiet { display: block; font-size: .8rem; line-height: 1.35; }
.list code { overflow-wrap: anywhere; }
.line { display: flex; flex-wrap: wrap; gap: .25rem .75rem; justify-content: space-between; align-items: baseline; }
.list .line { flex-wrap: nowrap; }
.pane { min-width: 0; }
.pane form { display: block; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin-bottom: 1rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: .85rem 1rem; align-items: start; }
.fields > p { grid-column: 1 / -1; margin: 0; }
.pane .actions { margin: 1rem 0 0; }
.pane .outcome .json { background: none; margin: 0; padding: .7rem .8rem; }
.pane .outcome details { padding: 0 .8rem .6rem; font-size: .85rem; }
.pane .outcome summary { cursor: pointer; color: var(--quiet); }
.pane .outcome .problem { border: 0; margin: 0; }
.begun { padding: .5rem .8rem 0; margin: 0; }
.back { display: none; font-size: .9rem; margin-bottom: .5rem; }
.back.shown { display: inline-block; }

.filters { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-bottom: 1rem; }
.filters .field { flex: 0 1 15rem; }
.filters button { padding: .45rem .9rem; }
.pages { display: flex; gap: .75rem; align-items: center; margin-top: .75rem; font-size: .85rem; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th { text-align: start; font-weight: 500; font-size: .8rem; color: var(--quiet); padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
td { padding: .5rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
time { white-space: nowrap; }

.why { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .7rem 1rem; margin: .5rem 0; }
.why p { margin: 0; }
.help { margin: .4rem 0 0; color: var(--quiet); white-space: pre-wrap; overflow-wrap: anywhere; }
.timeline { list-style: none; margin: 0; padding: 0 0 0 .4rem; }
.timeline li { position: relative; display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: 0 0 .85rem 1.4rem; border-left: 2px solid var(--line); }
.timeline li:last-child { border-color: transparent; padding-bottom: 0; }
.timeline li::before { content: ''; position: absolute; left: -6px; top: .45em; width: 10px; height: 10px; border-radius: 50%; background: var(--paper); border: 2px solid var(--quiet); }
.timeline .good::before { background: var(--good); border-color: var(--good); }
.timeline .bad::before { background: var(--bad); border-color: var(--bad); }
.timeline .waits::before { border-color: var(--thread); border-style: dashed; }
.timeline .what { min-width: 0; overflow-wrap: anywhere; }
.timeline .when { font-size: .85rem; text-align: end; }
.timeline .error, .timeline .value, .timeline li > .quiet, .timeline li > a { grid-column: 1 / -1; font-size: .85rem; min-width: 0; }
.timeline .error { color: var(--bad); }
.value { overflow-wrap: anywhere; }
.value summary { cursor: pointer; }

.letters, .events, .parts { list-style: none; margin: 0; padding: 0; }
.letter { padding: .7rem 1rem; }
.letter .name::before, .parts .name::before { content: none; }
.letter .line .quiet { font-size: .85rem; }
.letter > .quiet { font-size: .85rem; }
.letter p { margin: .15rem 0; overflow-wrap: anywhere; }
.letter details { font-size: .85rem; }
.letter summary { cursor: pointer; color: var(--quiet); }
.events li { display: grid; grid-template-columns: 4rem 6.5rem minmax(12rem, 1fr) minmax(0, 2fr); gap: 0 .75rem; padding: .4rem 0; border-bottom: 1px solid var(--line); font-size: .9rem; align-items: baseline; }
.events .what { overflow-wrap: anywhere; }
.offset { font-family: var(--code); font-size: .8rem; }
.events + button { margin-top: .75rem; }
.parts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: .6rem; }
.parts .card { padding: .7rem 1rem; margin: 0; }
.facts { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: .4rem 0 0; font-size: .85rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }

.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(8.4rem, 45%), 1fr)); gap: .5rem; margin: .75rem 0 1rem; }
.tiles > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .5rem .7rem; }
.tiles dt { font-size: .8rem; color: var(--quiet); }
.tiles dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.console .plain-link { margin: 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); gap: .6rem; }
.chart { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .6rem .8rem .3rem; min-width: 0; }
.chart figcaption { font-size: .85rem; color: var(--quiet); }
.plot { color: var(--thread); min-width: 0; overflow: hidden; min-height: 170px; }
.chart .told { font-variant-numeric: tabular-nums; }
.live table, .job table { font-variant-numeric: tabular-nums; }
.top-list { display: flex; flex-wrap: wrap; gap: .3rem; }
.plan { white-space: pre; }

dialog { color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 12px; width: min(26rem, calc(100vw - 2rem)); padding: 1.25rem; }
dialog::backdrop { background: rgb(0 0 0 / .4); }
dialog form { display: grid; grid-template-columns: 1fr; gap: .8rem; }
dialog p { margin: 0; }
dialog .plain { font-size: .95rem; padding: .4rem 1.1rem; }

@media (max-width: 48rem) {
  body.console { padding: .9rem .9rem 3rem; }
  nav { gap: 0; justify-content: space-between; }
  nav a { padding: .45rem .35rem; font-size: .84rem; }
  .console .badges { padding-left: 0; }
  .filters .field { flex: 1 1 9rem; }
  .split { grid-template-columns: 1fr; gap: 1rem; }
  .split.chosen .side, .split:not(.chosen) .pane { display: none; }
  .split .back { display: inline-block; }
  .side { position: static; max-height: none; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { display: block; border: 1px solid var(--line); border-radius: 10px; background: var(--card); margin-bottom: .5rem; padding: .4rem .8rem; }
  td { display: grid; grid-template-columns: 5.5rem 1fr; gap: .5rem; border: 0; padding: .15rem 0; }
  td > .badge { justify-self: start; }
  td::before { content: attr(data-head); color: var(--quiet); font-size: .8rem; }
  .timeline li { grid-template-columns: 1fr; }
  .timeline .when { text-align: start; }
  .events li { grid-template-columns: 3.5rem 1fr; }
  .events .what, .events .value, .events li > .quiet:last-child { grid-column: 1 / -1; }
}
`
