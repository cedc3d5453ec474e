import type { Channel } from '@lockstep/transport';
import type { Dice } from '../world/dice.ts';
import type { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';
import { Endpoint } from './endpoint.ts';
import { Pipe, type Parcel } from './pipe.ts';
import type { Site } from './site.ts';

/** A worker gives up a connection that is not there after so long. */
const HANDSHAKE_TIMEOUT_MICROS = 10_000_000;

/** How often the coordinator's server pings. */
const PING_MICROS = 5_000_000;

interface Listener {
  readonly host: Host;
  readonly onConnection: (channel: Channel) => void;
}

interface Connection {
  readonly site: Site;
  readonly pipes: readonly [Pipe, Pipe];
  readonly ends: Endpoint[];
}

/** What connects workers with the one coordinator that listens. */
export class Network {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #coordinator: Site;
  #listener: Listener | undefined;
  #connections: Connection[] = [];

  /** @param coordinator the machine that connections are made to */
  constructor(world: World, dice: Dice, coordinator: Site) {
    this.#world = world;
    this.#dice = dice;
    this.#coordinator = coordinator;
  }

  /** From now on connections are made to `host`, until it is gone. */
  listen(host: Host, onConnection: (channel: Channel) => void): void {
    const listener = { host, onConnection };
    this.#listener = listener;
    host.onEnd(() => {
      if (this.#listener === listener) this.#listener = undefined;
    });
  }

  /** Connects a process to the coordinator. Rejects when nobody listens, or does not answer. */
  connect(site: Site, host: Host): Promise<Channel> {
    return new Promise((resolve, reject) => {
      const client = new Endpoint(site, host);
      let server: Endpoint | undefined;
      let isSettled = false;
      const settle = (action: () => void): void => {
        if (!isSettled) action();
        isSettled = true;
      };
      const onUp = (parcel: Parcel): void => {
        if (parcel.type !== 'request') return server?.arrive(parcel);
        server = this.#accept(connection);
      };
      const onDown = (parcel: Parcel): void => {
        if (parcel.type === 'accepted') host.run(() => settle(() => resolve(client)));
        if (parcel.type === 'end') host.run(() => settle(() => reject(new Error('connection refused'))));
        client.arrive(parcel);
      };
      const up = new Pipe(this.#world, site.up, this.#dice, onUp);
      const down = new Pipe(this.#world, site.down, this.#dice, onDown);
      client.attach(up, down);
      const connection: Connection = { site, pipes: [up, down], ends: [client] };
      this.#connections = this.#connections.filter(({ ends }) => ends.some((end) => !end.isClosed));
      this.#connections.push(connection);
      host.after(HANDSHAKE_TIMEOUT_MICROS, () =>
        settle(() => {
          up.finish();
          reject(new Error('no answer to the handshake'));
        }),
      );
      up.send({ type: 'request' });
    });
  }

  /** Bytes that have come from whoever is behind `channel`. */
  bytesFrom(channel: Channel): number {
    return (channel as Endpoint).arrivedBytes;
  }

  /** Breaks every connection of `site`: what is on its way is lost, and both ends notice. */
  reset(site: Site): void {
    for (const { pipes, ends } of this.#connections.filter((connection) => connection.site === site)) {
      for (const pipe of pipes) pipe.break();
      for (const end of ends)
        this.#world.after(this.#dice.integer(0, 2000), () => end.arrive({ type: 'end' }));
    }
  }

  /** A request for a connection arrived at the coordinator's machine. */
  #accept(connection: Connection): Endpoint | undefined {
    const [up, down] = connection.pipes;
    if (!this.#coordinator.isUp) return undefined;
    if (this.#listener === undefined) {
      down.send({ type: 'end' });
      return undefined;
    }
    const { host, onConnection } = this.#listener;
    const server = new Endpoint(this.#coordinator, host);
    server.attach(down, up);
    connection.ends.push(server);
    host.run(() => {
      down.send({ type: 'accepted' });
      server.watch(PING_MICROS);
      onConnection(server);
    });
    return server;
  }
}
