// SPDX-License-Identifier: Apache-2.0
/** What differs between two device trees, where a phandle means the node that it refers to and not its number. */
package org.vfio4j.devtree.diff;
