/** Minutes east of Greenwich in a zone by name: `Europe/Berlin`. */
export function offsetIn(timeZone: string): (date: Date) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  return date => {
    const name = format.formatToParts(date).find(part => part.type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = 0, minutes = 0] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  }
}
