/** Which account and region ARNs tell; every caller sees everything, whatever region it signs for. */
export interface Identity {
  account: string;
  region: string;
}

export const DEFAULT_IDENTITY: Identity = { account: '000000000000', region: 'us-east-1' };
