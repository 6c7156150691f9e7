/**
 * What to type after `heddle new`. From a checkout of Heddle the packages are built and installed from there, since
 * the version of a checkout need not be in the npm registry.
 *
 * @param folder how the new app's folder is written on the command line
 * @param checkout the root of the checkout, when Heddle runs from one
 */
export function nextSteps(folder: string, checkout?: string): string[] {
  if (checkout === undefined) return [`cd ${folder}`, 'npm install', 'npm start']
  return [
    `npm run build --prefix ${checkout}`,
    `cd ${folder}`,
    `npm install --install-links ${checkout}/packages/*/dist`,
    'npm start',
  ]
}
