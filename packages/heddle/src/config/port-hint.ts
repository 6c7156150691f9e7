/** The port is no option and no value of the configuration: what helps whoever tries it as one. */
export const portHint = (option: string, text: string): string =>
  option === 'port' ? `; say PORT=${text} in the environment` : ''
