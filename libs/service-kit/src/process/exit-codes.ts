/** How a service process ends. 78 is `EX_CONFIG` of sysexits.h: restarting without a change is pointless. */
export const EXIT_CODES = { ok: 0, failure: 1, badEnvironment: 78 } as const;
