import { apiKeys, app, autocrud, command, entity, http, repository, sqlite } from 'heddle'
import { mcp, prompt } from 'heddle/mcp'
import { z } from 'zod'

const Plant = entity('garden.Plant', {
  key: 'id',
  fields: { id: z.string(), name: z.string(), litres: z.number().default(0) },
})
const Plants = repository(Plant)

/** Reading and finding plants: tools, and resources at `heddle://records/garden.Plant/{id}`. */
export const plants = autocrud(Plant, { access: 'garden:read' })

export const water = command('garden.WaterPlant', {
  summary: 'Water a plant',
  input: z.object({ id: z.string(), litres: z.number().positive().describe('How much') }),
  output: z.object({ litres: z.number() }),
  errors: { TooWet: z.object({ most: z.number() }), NoSuchPlant: z.object({ id: z.string() }) },
  access: 'garden:water',
  uses: [Plants],
  async run({ input: { id, litres }, ctx, fail }) {
    const plant = await ctx.use(Plants).get(id)
    if (!plant) return fail.NoSuchPlant({ id })
    if (plant.litres + litres > 5) return fail.TooWet({ most: 5 - plant.litres })
    return ctx.use(Plants).update(plant, { litres: plant.litres + litres })
  },
})

/** What a person hands to a model: a query whose answer is what the model is told. */
export const planWeek = prompt('garden.PlanWeek', {
  summary: 'Plan a week of watering',
  input: z.object({ weather: z.enum(['dry', 'wet']) }),
  access: 'garden:read',
  uses: [Plants],
  async messages({ input, ctx }) {
    const { records } = await ctx.use(Plants).find()
    return `The week will be ${input.weather}. Say which of these to water: ${records.map(({ name }) => name).join(', ')}.`
  },
})

export default app('garden', {
  parts: [
    plants,
    water,
    planWeek,
    http({
      port: 0,
      authenticate: apiKeys(),
      mounts: [
        mcp({
          instructions: 'A garden. Look at a plant before you water it.',
          documents: { rules: { title: 'Rules', text: '# Rules\n\nNo plant gets more than 5 litres.' } },
        }),
      ],
    }),
  ],
  database: sqlite(),
})
