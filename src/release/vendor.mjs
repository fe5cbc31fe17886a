#!/usr/bin/env node
// Renews the files of others that the jar ships or that tests load: each vendor.lock.json under src/main/resources and
// src/test/resources names packages of npm with their versions, the integrity of their tarballs, and which files are taken of
// them under which names.
//
//   node src/release/vendor.mjs           fetches them all, and fails where a tarball is not the one that is locked
//   node src/release/vendor.mjs --update  locks what is fetched: after somebody has changed a version
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const isUpdate = process.argv.includes('--update');

function digest(file, algorithm, encoding) {
  return createHash(algorithm).update(readFileSync(file)).digest(encoding);
}

function locks(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name === 'vendor.lock.json')
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function renew(one, folder) {
  const work = mkdtempSync(join(tmpdir(), 'vendor-'));
  try {
    const spec = `${one.name}@${one.version}`;
    const packed = JSON.parse(execFileSync(
      'npm', ['pack', spec, '--json', '--ignore-scripts', '--pack-destination', work], { encoding: 'utf8', cwd: work }));
    const tarball = join(work, readdirSync(work).find(name => name.endsWith('.tgz')));
    const integrity = 'sha512-' + digest(tarball, 'sha512', 'base64');
    if (packed[0].integrity !== integrity) {
      throw new Error(`${spec}: what came is not what npm says that it is`);
    }
    if (!isUpdate && one.integrity !== integrity) {
      throw new Error(`${spec} is ${integrity} and ${one.integrity} is locked; --update locks what npm has now`);
    }
    one.integrity = integrity;
    execFileSync('tar', ['-xzf', tarball, '-C', work]);
    for (const file of one.files) {
      const target = join(folder, file.to);
      copyFileSync(join(work, 'package', file.from), target);
      const sha256 = digest(target, 'sha256', 'hex');
      if (!isUpdate && file.sha256 !== sha256) {
        throw new Error(`${target} is ${sha256} and ${file.sha256} is locked`);
      }
      file.sha256 = sha256;
    }
    console.log(`${spec}: ${one.files.map(file => file.to).join(', ')}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

for (const lock of [...locks('src/main/resources'), ...locks('src/test/resources')]) {
  const content = JSON.parse(readFileSync(lock, 'utf8'));
  content.packages.forEach(one => renew(one, dirname(lock)));
  writeFileSync(lock, JSON.stringify(content, null, 2) + '\n');
}
