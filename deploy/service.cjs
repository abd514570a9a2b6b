// serverless.yml asks this for whatever follows from lateen.yaml and the environment; osls loads CommonJS only.
module.exports = async ({ options }) => (await import('./service.ts')).describe(options)
