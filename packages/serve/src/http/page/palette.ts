/** The colours and the font of code of every page that Heddle makes, light and dark as the system says. */
export const palette = /* css */ `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf8, #16171a);
  --card: light-dark(#ffffff, #1e2024);
  --sunk: light-dark(#f3f1ec, #121316);
  --line: light-dark(#e2ded5, #33363d);
  --ink: light-dark(#1d1c1a, #eceae6);
  --quiet: light-dark(#656159, #a5a29b);
  --thread: light-dark(#9a3412, #f0975f);
  --thread-ink: light-dark(#ffffff, #1b120c);
  --good: light-dark(#136c43, #63cf98);
  --bad: light-dark(#b01e2c, #ff8b8f);
  --code: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
}
`
