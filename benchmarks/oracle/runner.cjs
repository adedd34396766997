// Decides scenarios with @cloud-copilot/iam-simulate, which is AGPL: it runs here as a process of its own, from a
// folder outside the checkout, and nothing of it is linked, shipped or copied.
// stdin: the scenarios; stdout: {"seconds": number, "decisions": [string]}
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const peer = createRequire(join(process.argv[2], 'package.json'))('@cloud-copilot/iam-simulate')

const named = (documents) => documents.map((policy, index) => ({ name: `policy${index}`, policy }))
const levels = (given) => given.map((level, index) => ({ orgIdentifier: `level${index}`, policies: named(level) }))

function simulation(scenario) {
  return {
    request: {
      principal: scenario.principal,
      action: scenario.action,
      resource: { resource: scenario.resource, accountId: scenario.resource_account },
      contextVariables: scenario.context,
    },
    identityPolicies: named(scenario.identity_policies ?? []),
    resourcePolicy: scenario.resource_policy ?? undefined,
    permissionBoundaryPolicies: scenario.permissions_boundary ? named([scenario.permissions_boundary]) : undefined,
    sessionPolicy: scenario.session_policies?.[0],
    serviceControlPolicies: levels(scenario.service_control_policies ?? []),
    resourceControlPolicies: levels(scenario.resource_control_policies ?? []),
  }
}

async function main() {
  const scenarios = JSON.parse(readFileSync(0, 'utf8'))
  const decide = async (scenario) => {
    const found = await peer.runSimulation(simulation(scenario), {})
    return found.resultType === 'error' ? `error: ${JSON.stringify(found.errors)}` : found.overallResult
  }
  const warm = Math.min(scenarios.length, 500)
  for (let index = 0; index < warm; index++) await decide(scenarios[index])
  const decisions = []
  const begun = process.hrtime.bigint()
  for (const scenario of scenarios) decisions.push(await decide(scenario))
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9
  process.stdout.write(JSON.stringify({ seconds, decisions }))
}

main()
