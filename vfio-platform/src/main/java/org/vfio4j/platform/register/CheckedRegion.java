// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

/**
 * A mapped region of which each access reports its own external abort: what is pending is raised before it, as it is of
 * another access, and after it. See {@link Access#MAPPED_CHECKED}.
 */
final class CheckedRegion extends RegionView {
    CheckedRegion(Region below) {
        super(below, below.byteOrder());
    }

    @Override
    public int read8(long offset) {
        Abort.raisePending();
        try {
            int value = below.read8(offset);
            Abort.raisePending();
            return value;
        } catch (InternalError abort) {
            throw new RegisterAccessException(name(), offset, 1, false, abort);
        }
    }

    @Override
    public int read16(long offset) {
        Abort.raisePending();
        try {
            int value = below.read16(offset);
            Abort.raisePending();
            return value;
        } catch (InternalError abort) {
            throw new RegisterAccessException(name(), offset, 2, false, abort);
        }
    }

    @Override
    public int read32(long offset) {
        Abort.raisePending();
        try {
            int value = below.read32(offset);
            Abort.raisePending();
            return value;
        } catch (InternalError abort) {
            throw new RegisterAccessException(name(), offset, 4, false, abort);
        }
    }

    @Override
    public long read64(long offset) {
        Abort.raisePending();
        try {
            long value = below.read64(offset);
            Abort.raisePending();
            return value;
        } catch (InternalError abort) {
            throw new RegisterAccessException(name(), offset, 8, false, abort);
        }
    }

    @Override
    public void write8(long offset, int value) {
        Abort.raisePending();
        try {
            below.write8(offset, value);
            Abort.raisePending();
        } catch (InternalError abort) {
            throw new RegisterAccessException(name(), offset, 1, true, abort);
        }
    }

    @Override
    public void write16(long offset, int value) {
        Abort.raisePending();
        try {
            below.write16(offset, value);
            Abort.raisePending();
        } catch (InternalError abort) {
            throw new RegisterAccessException(name(), offset, 2, true, abort);
        }
    }

    @Override
    public void write32(long offset, int value) {
        Abort.raisePending();
        try {
            below.write32(offset, value);
            Abort.raisePending();
        } catch (InternalError abort) {
            throw new RegisterAccessException(name(), offset, 4, true, abort);
        }
    }

    @Override
    public void write64(long offset, long value) {
        Abort.raisePending();
        try {
            below.write64(offset, value);
            Abort.raisePending();
        } catch (InternalError abort) {
            throw new RegisterAccessException(name(), offset, 8, true, abort);
        }
    }
}
