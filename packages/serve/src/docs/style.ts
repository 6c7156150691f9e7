import { palette } from '../http/page/palette.ts'

/** The look of the documents: one column of text, tables that scroll by themselves, light and dark as the system says. */
export const style = /* css */ `${palette}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; scroll-padding-top: 4.5rem; }
body { margin: 0; }
header.top { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--line); }
header.top > div, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
header.top > div { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; align-items: center; padding-block: .6rem; }
header.top nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .9rem; }
header.top .app { font-weight: 650; color: var(--ink); text-decoration: none; }
.search { flex: 1 1 14rem; min-width: 0; }
.search input { width: 100%; font: inherit; font-size: .95rem; color: inherit; background: var(--card); border: 1px solid light-dark(#948e83, #6a6e78); border-radius: 6px; padding: .35rem .6rem; }
main { padding-block: 2rem 4rem; }
footer { color: var(--quiet); font-size: .8rem; padding-block: 1rem 2.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.015em; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; padding-top: .4rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; overflow-wrap: anywhere; }
p, ul { margin: 0 0 .75rem; }
ul { padding-left: 1.2rem; }
a { color: var(--thread); text-underline-offset: .2em; text-decoration-thickness: from-font; }
code, pre { font-family: var(--code); font-size: .875em; }
code { overflow-wrap: anywhere; }
td code { overflow-wrap: break-word; }
pre { background: var(--sunk); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .85rem; overflow-x: auto; line-height: 1.5; font-size: .85rem; margin: 0 0 .75rem; }
.quiet { color: var(--quiet); }
.lead { font-size: 1.05rem; }
.description { white-space: pre-line; max-width: 46rem; }
.notice { border-left: 3px solid var(--bad); padding: .4rem .8rem; background: var(--sunk); }
.badges { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.badge { font: 500 .75rem/1.6 var(--code); padding: 0 .55em; border: 1px solid var(--line); border-radius: 99px; color: var(--quiet); overflow-wrap: anywhere; }
.badge.query { color: var(--good); border-color: currentColor; }
.badge.command { color: var(--thread); border-color: currentColor; }
.badge.warning, .badge.deprecated, .badge.destructive { color: var(--bad); border-color: currentColor; }
.table { overflow-x: auto; margin: 0 0 .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem; border-top: 1px solid var(--line); }
thead th, tr:first-child > .label { border-top: 0; }
.facts tr:first-child > td { border-top: 0; }
.label { font-weight: 550; width: 11rem; }
thead th { font-weight: 550; font-size: .8rem; color: var(--quiet); }
td.name { white-space: nowrap; }
.d1 { padding-left: 2rem; } .d2 { padding-left: 3.25rem; } .d3 { padding-left: 4.5rem; } .d4 { padding-left: 5.75rem; }
.type { color: var(--quiet); }
.error { border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: .8rem 1rem; margin: 0 0 .75rem; }
.error h3 { margin-top: 0; }
.error > :last-child { margin-bottom: 0; }
.list { list-style: none; padding: 0; }
.list li { padding: .5rem 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: minmax(13rem, 2fr) 5fr; gap: .15rem 1rem; }
.list li:first-child { border-top: 0; }
.keys { columns: 20rem; column-gap: 2rem; list-style: none; padding: 0; font-size: .9rem; }
.keys li { break-inside: avoid; padding: .15rem 0; }
.results { list-style: none; padding: 0; margin: 0; }
.results a { display: block; padding: .55rem .75rem; border-radius: 8px; text-decoration: none; color: inherit; }
.results a:hover, .results a[aria-selected=true] { background: var(--sunk); }
.results a[aria-selected=true] { outline: 2px solid var(--thread); outline-offset: -2px; }
.results code { color: var(--thread); font-size: .95rem; }
.results .kind { font: 500 .75rem var(--code); color: var(--quiet); margin-left: .5rem; }
.results span { display: block; font-size: .9rem; color: var(--quiet); }
.results .kind, .results .hit { display: inline; }
:target { background: light-dark(#fdeee0, #35281d); }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--thread); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .3rem .6rem; z-index: 2; }
@media (max-width: 40rem) {
  header.top { position: static; }
  html { scroll-padding-top: 1rem; }
  .list li { grid-template-columns: 1fr; }
  th, td { padding: .4rem .55rem; }
}
@media print { header.top { display: none; } }
`
