package llm

import (
	"container/list"
	"sync"
)

// lru remembers the values used last.
type lru[V any] struct {
	mu    sync.Mutex
	size  int
	order *list.List // of *item[V], the last used first
	items map[string]*list.Element
}

type item[V any] struct {
	key   string
	value V
}

func newLRU[V any](size int) *lru[V] {
	return &lru[V]{size: size, order: list.New(), items: map[string]*list.Element{}}
}

func (c *lru[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[key]; ok {
		if it, ok := e.Value.(*item[V]); ok {
			c.order.MoveToFront(e)
			return it.value, true
		}
	}
	var zero V
	return zero, false
}

func (c *lru[V]) put(key string, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[key]; ok {
		c.order.Remove(e)
	}
	c.items[key] = c.order.PushFront(&item[V]{key, value})
	for c.order.Len() > c.size {
		last := c.order.Back()
		if it, ok := c.order.Remove(last).(*item[V]); ok {
			delete(c.items, it.key)
		}
	}
}
