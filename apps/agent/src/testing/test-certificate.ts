/**
 * A self-signed certificate for localhost and 127.0.0.1, valid for a hundred years, and its key. For tests only: everybody
 * has this key. `openssl req -x509 -newkey ec -days 36500 -subj /CN=hub.test -addext subjectAltName=DNS:localhost,IP:127.0.0.1`
 */
import { X509Certificate } from "node:crypto";

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5ArzkE8JnxK1D9YI
6u+/eH6COcCS2jaTjx1uJfVsDZahRANCAAS1fH/qGXQKQFQI0IGOjoWJb38Yv25x
kJds91bS7ZrQLcpmZ+RdSHoaIjGBExVeSOcqoI26QRjlmj8OjVuKnGIi
-----END PRIVATE KEY-----
`;

export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmTCCAT+gAwIBAgIUZGvHA96NQzjqNWU4m6A3LQDK074wCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIaHViLnRlc3QwIBcNMjYxMTIyMDkwNjIxWhgPMjEyNjEwMjkw
OTA2MjFaMBMxETAPBgNVBAMMCGh1Yi50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEtXx/6hl0CkBUCNCBjo6FiW9/GL9ucZCXbPdW0u2a0C3KZmfkXUh6GiIx
gRMVXkjnKqCNukEY5Zo/Do1bipxiIqNvMG0wHQYDVR0OBBYEFGP2RnAIIRsvSNIZ
fTyPaMpsGMKWMB8GA1UdIwQYMBaAFGP2RnAIIRsvSNIZfTyPaMpsGMKWMBoGA1Ud
EQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
BAMCA0gAMEUCIHf5Hfh2urxLH1ZR/w3BgNcvyo+UiMctMd8F+7yd4QhPAiEA0vD6
q/Elf/m5inMM151Tnc9kiboxas+OMZlfejxUr4w=
-----END CERTIFICATE-----
`;

const HEX = new X509Certificate(CERTIFICATE).fingerprint256;
export const FINGERPRINT: string = Buffer.from(HEX.replaceAll(":", ""), "hex").toString("base64url");
/** as `openssl x509 -fingerprint -sha256` prints it */
export const FINGERPRINT_HEX: string = HEX;
