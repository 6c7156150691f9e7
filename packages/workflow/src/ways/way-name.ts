/**
 * The name of a command that a workflow brings: `orders.PlaceOrder` has `orders.GetPlaceOrder`, and for its signal
 * `approved` the command `orders.SignalPlaceOrderApproved`.
 */
export function wayName(workflow: string, verb: string, what = ''): string {
  const at = workflow.lastIndexOf('.') + 1
  return `${workflow.slice(0, at)}${verb}${workflow.slice(at)}${pascal(what)}`
}

const pascal = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
