// Prints how many tests passed and how many failed by a report of vitest's JSON reporter: `12 0`.
import { readFileSync } from 'node:fs'

const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
console.log(`${numPassedTests} ${numFailedTests}`)
