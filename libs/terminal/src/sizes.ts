/** How much output may be under way, or wait on the machine, unacknowledged: what stands before the answer to an interrupt. */
export const OUTPUT_WINDOW = 131_072;
/** The same for input: as much, so that files that are copied to a machine do not wait for the network at every step. */
export const INPUT_WINDOW = 131_072;
/** The output that a machine keeps for whoever comes back. */
export const KEPT_OUTPUT = 1_048_576;
/** How long an acknowledgement that nobody waits for may take. */
export const ACKNOWLEDGE_AFTER_MS = 20;
/** What is unacknowledged for so long is sent again. */
export const RESEND_AFTER_MS = 2_000;
/** A machine does not take a shorter silence of the service for its absence, however short the grace is: the service speaks every 10 s at least. */
export const LEAST_SILENCE_MS = 30_000;
