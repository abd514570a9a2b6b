import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { cliReference } from '../../../scripts/cli-reference.ts'

const page = () => readFile(new URL('../../../docs/cli-reference.md', import.meta.url), 'utf8')

it('docs/cli-reference.md is what the commands’ --help prints; `npm run reference` writes it anew', async () => {
  expect(await page()).toBe(await cliReference())
})

it('tells of commands of every noun, with their flags and examples, and of global flags once', async () => {
  const text = await page()
  for (const command of ['backup create', 'restore get', 'schedule pause', 'gc', 'version'])
    expect(text).toContain(`\n## lateen ${command}\n`)
  expect(text.split('--kubecontext').length).toBe(2)
  expect(text).toContain('lateen backup get -o wide --cluster all')
})
