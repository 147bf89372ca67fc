require('@gateway/nowhere');
