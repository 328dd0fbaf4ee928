import fc from 'fast-check';
import { ClientAddresses } from './client-address.js';

const keyOf = (trustProxy: number | string[] | undefined, peer: string, forwarded?: string): string =>
  new ClientAddresses({ trustProxy }).keyOf({
    socket: { remoteAddress: peer },
    headers: { 'x-forwarded-for': forwarded },
  });

const anIpv4 = fc.ipV4();

describe('the client of a request', () => {
  it('is the peer, whatever is forwarded, where no proxy is trusted', () => {
    fc.assert(
      fc.property(anIpv4, fc.string(), (peer, forwarded) => {
        expect(keyOf(undefined, peer, forwarded)).toBe(peer);
        expect(keyOf(['192.0.2.0/24'], '203.0.113.1', forwarded)).toBe('203.0.113.1');
      }),
    );
  });

  it('is what the last of so many proxies saw, and not what was claimed before that', () => {
    fc.assert(
      fc.property(fc.array(anIpv4, { maxLength: 5 }), anIpv4, anIpv4, (claimed, client, proxy) => {
        expect(keyOf(1, proxy, [...claimed, client].join(', '))).toBe(client);
        expect(keyOf(2, proxy, [...claimed, client, proxy].join(','))).toBe(client);
      }),
    );
  });

  it('is the farthest that there is where fewer proxies came by than are trusted', () => {
    expect(keyOf(3, '10.0.0.1', '203.0.113.1')).toBe('203.0.113.1');
    expect(keyOf(3, '10.0.0.1')).toBe('10.0.0.1');
  });

  it('is the nearest address outside of the ranges', () => {
    expect(keyOf(['10.0.0.0/8'], '10.0.0.1', '198.51.100.7, 203.0.113.1, 10.9.9.9')).toBe('203.0.113.1');
    expect(keyOf(['uniquelocal'], '172.16.0.1', '203.0.113.1, 192.168.1.1:8080')).toBe('203.0.113.1');
    expect(keyOf(['fc00::/7'], 'fd00::1', '2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(keyOf(['loopback'], '::1', '203.0.113.1')).toBe('203.0.113.1');
    expect(keyOf(['loopback'], '::ffff:127.0.0.1', '203.0.113.1')).toBe('203.0.113.1');
  });

  it('is the peer where what is forwarded is no address', () => {
    for (const forwarded of [
      'unknown',
      '',
      ' ',
      '1',
      '0x7f.1',
      '1.2.3.4.5',
      '[::1',
      '1.2.3.4:x',
      '_hidden',
    ]) {
      expect(keyOf(1, '203.0.113.9', forwarded)).toBe('203.0.113.9');
    }
  });

  it('has no port and no zone, and of IPv6 its first 64 bits alone', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 1, max: 65_535 }), (address, port) => {
        const key = keyOf(1, '203.0.113.9', address);
        expect(keyOf(1, '203.0.113.9', `[${address}]:${port}`)).toBe(key);
        expect(keyOf(1, '203.0.113.9', `${address}%eth0`)).toBe(key);
      }),
    );
    expect(keyOf(undefined, '2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(keyOf(undefined, '2001:db8:1:2::')).toBe('2001:db8:1:2::/64');
    expect(keyOf(1, '203.0.113.9', '198.51.100.1:443')).toBe('198.51.100.1');
  });

  it('counts no trusted proxy for its own connections', () => {
    expect(new ClientAddresses({ trustProxy: 1 }).keyOfPeer('10.0.0.1')).toBeUndefined();
    expect(new ClientAddresses({ trustProxy: ['10.0.0.0/8'] }).keyOfPeer('10.0.0.1')).toBeUndefined();
    expect(new ClientAddresses({ trustProxy: ['10.0.0.0/8'] }).keyOfPeer('11.0.0.1')).toBe('11.0.0.1');
  });
});
