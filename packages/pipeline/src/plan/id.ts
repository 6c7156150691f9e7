/** What the id of a step or branch looks like. It stands in the names of commands and in the keys of journals. */
export const idForm = /^[a-z][a-zA-Z0-9]*$/
