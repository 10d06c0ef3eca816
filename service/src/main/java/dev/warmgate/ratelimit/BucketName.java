package dev.warmgate.ratelimit;

import dev.warmgate.request.Limit;

/**
 * @param subject the owner of the bucket: a client address, an account or a session
 */
record BucketName(Limit limit, String subject) {}
