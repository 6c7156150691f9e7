/** What an element may hold. */
export type Child = Node | string | number | undefined | false | readonly Child[]

/** Attributes by their names, and what is done at an event under `on…`. Undefined and false are left out. */
export type Attributes = Readonly<Record<string, string | boolean | undefined | ((event: Event) => void)>>

/** Makes an element. Texts stay texts: nothing that an app says becomes markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, '')
    else if (typeof value === 'string') element.setAttribute(name, value)
  }
  element.append(...nodesOf(children))
  return element
}

/** Puts other children in the place of those that are there. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...nodesOf(children))
}

function nodesOf(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === undefined || child === false) return []
    if (typeof child === 'object') return child instanceof Node ? [child] : nodesOf(child as readonly Child[])
    return [String(child)]
  })
}

/** A button. */
export const button = (label: string, onclick: () => void, attributes: Attributes = {}): HTMLButtonElement =>
  h('button', { type: 'button', class: 'plain', ...attributes, onclick }, label)

/** A field with its label. */
export function labelled(label: string, id: string, control: Element): HTMLElement {
  control.id = id
  return h('div', { class: 'field' }, h('label', { for: id }, label), control)
}
