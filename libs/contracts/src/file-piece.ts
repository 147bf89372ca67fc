/** Files are stored and read in pieces of at most so much: well below the 4 MB of a gRPC message. */
export const FILE_PIECE_BYTES = 1024 * 1024;

/** The owner in a request that may see everybody's files and batches. */
export const EVERYBODY = '*';
