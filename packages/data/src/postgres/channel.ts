import { createHash } from 'node:crypto'

/** The channel of a topic. Its name is short whatever the topic's is. */
export const channelOf = (topic: string) => `heddle_${createHash('sha256').update(topic).digest('hex').slice(0, 32)}`
