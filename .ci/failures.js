// Prints each test that failed by a report of vitest's JSON reporter, with the first lines of what it said, and each file that
// did not load: for a summary under a log that may be long, or cut.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const MOST_LINES = 15

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
for (const { name, status, message, assertionResults } of testResults) {
  const file = relative('.', name)
  const failed = assertionResults.filter(test => test.status === 'failed')
  for (const test of failed) tell(`${file}: ${test.fullName}`, test.failureMessages.join('\n'))
  if (status === 'failed' && failed.length === 0) tell(file, message)
}

function tell(title, text) {
  const lines = stripVTControlCharacters(text).split('\n').slice(0, MOST_LINES)
  console.log([title, ...lines.map(line => `    ${line}`)].join('\n'))
}
