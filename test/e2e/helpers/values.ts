/** Any JSON with its numbers as they were written, for comparison to the digit. */
export function exactly(json: Buffer | string): unknown {
  return JSON.parse(json.toString(), (_, value: unknown, context?: { source: string }) =>
    typeof value === 'number' ? { digits: context?.source } : value,
  )
}
