// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.opentest4j.TestAbortedException;

/**
 * Runs the {@link GuestSuite}s that are selected by class, and reports each of their tests under its own class and name, as
 * if it had run here. An engine and no test factory, because the tests of a factory have numbers for names.
 */
public final class GuestTestEngine implements TestEngine {
    /** Made by the service loader. */
    public GuestTestEngine() {}

    @Override
    public String getId() {
        return "vfio4j-guest";
    }

    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        EngineDescriptor engine = new EngineDescriptor(id, "Linux in the lab");
        for (ClassSelector selector : request.getSelectorsByType(ClassSelector.class)) {
            AnnotationSupport.findAnnotation(selector.getJavaClass(), GuestSuite.class)
                    .ifPresent(suite -> engine.addChild(GuestDescriptor.ofSuite(id, selector.getJavaClass())));
        }
        return engine;
    }

    @Override
    public void execute(ExecutionRequest request) {
        TestDescriptor engine = request.getRootTestDescriptor();
        EngineExecutionListener listener = request.getEngineExecutionListener();
        listener.executionStarted(engine);
        for (TestDescriptor suite : List.copyOf(engine.getChildren())) {
            execute((GuestDescriptor) suite, listener);
        }
        listener.executionFinished(engine, TestExecutionResult.successful());
    }

    private static void execute(GuestDescriptor suite, EngineExecutionListener listener) {
        listener.executionStarted(suite);
        List<GuestTest> tests;
        try {
            tests = GuestSuiteRun.run(suite.testClass());
        } catch (TestAbortedException notRun) {
            // As one test of the suite, because reports do not count a suite that was skipped.
            tests = List.of(GuestTest.notRun(suite.testClass(), notRun.getMessage()));
        } catch (IOException | InterruptedException | RuntimeException | AssertionError failure) {
            listener.executionFinished(suite, TestExecutionResult.failed(failure));
            return;
        }
        Map<String, List<GuestTest>> classes = tests.stream().collect(Collectors.groupingBy(GuestTest::className));
        classes.forEach((name, ofClass) -> report(suite.addClass(name), ofClass, listener));
        listener.executionFinished(suite, TestExecutionResult.successful());
    }

    private static void report(GuestDescriptor container, List<GuestTest> tests, EngineExecutionListener listener) {
        listener.dynamicTestRegistered(container);
        listener.executionStarted(container);
        for (GuestTest test : tests) {
            GuestDescriptor descriptor = container.addTest(test);
            listener.dynamicTestRegistered(descriptor);
            if (test.skipped().isPresent()) {
                listener.executionSkipped(descriptor, test.skipped().get());
            } else {
                listener.executionStarted(descriptor);
                listener.executionFinished(
                        descriptor,
                        test.failure()
                                .<TestExecutionResult>map(TestExecutionResult::failed)
                                .orElseGet(TestExecutionResult::successful));
            }
        }
        listener.executionFinished(container, TestExecutionResult.successful());
    }
}
