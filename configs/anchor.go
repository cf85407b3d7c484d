package configs

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

// maxNodes bounds how many values a file may stand for: with aliases a few
// hundred bytes can stand for more than any machine holds.
const maxNodes = 100_000

// resolve gives the value that stands at n: an anchor's own, or for an alias the
// one that it repeats. Programs that write YAML use them for equal values. It
// reports false when there is nothing to read, and says why.
func (d *decoder) resolve(n ast.Node, path string) (ast.Node, bool) {
	if d.nodes++; d.nodes > maxNodes {
		if d.nodes == maxNodes+1 {
			d.add(posOf(n), path, fmt.Sprintf("the file stands for more than %d values; write fewer aliases", maxNodes))
		}
		return nil, false
	}
	switch a := n.(type) {
	case *ast.AnchorNode:
		if d.anchors == nil {
			d.anchors = map[string]ast.Node{}
		}
		d.anchors[unquote(a.Name)] = a.Value
		return d.resolve(a.Value, path)
	case *ast.AliasNode:
		value, ok := d.anchors[unquote(a.Value)]
		if !ok {
			d.add(posOf(n), path, fmt.Sprintf("there is no anchor %q above; write the value out", unquote(a.Value)))
			return nil, false
		}
		return d.resolve(value, path)
	case *ast.TagNode, *ast.MergeKeyNode:
		d.add(posOf(n), path, "tags are not supported; write the value without it")
		return nil, false
	}
	return n, true
}
