import { CommandError, EXIT } from '@lockstep/config';
import { permissionFault, type Ability } from '@lockstep/process';

/**
 * Before a command begins: that Node's permission model allows what it needs.
 * @throws {CommandError} exit 1, with the remedy
 */
export function assertPermitted(command: string, ...needs: readonly Ability[]): void {
  const fault = permissionFault(command, needs);
  if (fault !== undefined) throw new CommandError(EXIT.failed, fault);
}
