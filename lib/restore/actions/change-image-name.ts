import { textAt } from '../json.ts'
import type { RestoreItemAction } from '../types.ts'
import { containersOf, holdsPod } from './pod-specs.ts'

/**
 * Replaces texts in the images of pods and of what makes pods. The first rule whose text occurs in an image is the one
 * that counts, and all occurrences are replaced. Rules are tried in their order; Velero's order is random.
 */
export const changeImageName: RestoreItemAction = {
  name: 'velero.io/change-image-name',
  applies: ({ resource }, context) => holdsPod(resource) && context.images.length > 0,
  run: ({ resource, object }, context) => {
    for (const container of containersOf(resource, object)) {
      const image = textAt(container, 'image')
      const rule = context.images.find(({ from }) => from !== '' && image.includes(from))
      if (rule !== undefined) container.image = image.replaceAll(rule.from, () => rule.to)
    }
    return undefined
  },
}
