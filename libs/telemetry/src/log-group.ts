/** The CloudWatch log group of a service. */
export const logGroup = (service: string): string => `/throughline/${service}`;
