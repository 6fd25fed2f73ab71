// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;

/** A suite, a class of the guest in it, or a test of such a class. */
final class GuestDescriptor extends AbstractTestDescriptor {
    private final Type type;
    private final String reportName;

    private GuestDescriptor(UniqueId id, String displayName, TestSource source, Type type, String reportName) {
        super(id, displayName, source);
        this.type = type;
        this.reportName = reportName;
    }

    static GuestDescriptor ofSuite(UniqueId parent, Class<?> suite) {
        return new GuestDescriptor(
                parent.append("suite", suite.getName()),
                suite.getSimpleName(),
                ClassSource.from(suite),
                Type.CONTAINER,
                suite.getName());
    }

    GuestDescriptor addClass(String name) {
        return add(new GuestDescriptor(
                getUniqueId().append("class", name),
                name.substring(name.lastIndexOf('.') + 1),
                ClassSource.from(name),
                Type.CONTAINER,
                name));
    }

    GuestDescriptor addTest(GuestTest test) {
        return add(new GuestDescriptor(
                getUniqueId().append("test", test.name()),
                test.displayName(),
                MethodSource.from(test.className(), test.method(), test.parameters()),
                Type.TEST,
                test.name()));
    }

    private GuestDescriptor add(GuestDescriptor child) {
        addChild(child);
        return child;
    }

    Class<?> testClass() {
        return ((ClassSource) getSource().orElseThrow()).getJavaClass();
    }

    @Override
    public Type getType() {
        return type;
    }

    @Override
    public String getLegacyReportingName() {
        return reportName;
    }

    /** A suite knows its tests when they have run. */
    @Override
    public boolean mayRegisterTests() {
        return type == Type.CONTAINER;
    }
}
